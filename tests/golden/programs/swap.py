#= str 2 1
a, b = 1, 2
a, b = b, a
ans = f"{a} {b}"
