#= int 1366
ans = sum(int(digit) for digit in str(2 ** 1000))
