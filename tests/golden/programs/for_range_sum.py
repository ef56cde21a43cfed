#= int 2550
total = 0
for even in range(2, 101, 2):
    total += even
ans = total
