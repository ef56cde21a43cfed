#= int 5
ans = sum(1 for c in 'Program of thoughts' if c in 'aeiou')
