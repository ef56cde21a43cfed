#= str none
for n in range(4, 20):
    if n * n == 150:
        ans = str(n)
        break
else:
    ans = 'none'
