#= int 7
ans = next((n for n in range(1, 100) if n % 7 == 0), None)
