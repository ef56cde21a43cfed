#= int 14
a, b = 98, 56
while b:
    a, b = b, a % b
ans = a
