#= str odd
n = 17
ans = 'even' if n % 2 == 0 else 'odd'
