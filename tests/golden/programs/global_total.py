#= int 15
total = 0
def add(n):
    global total
    total += n
for n in (4, 5, 6):
    add(n)
ans = total
