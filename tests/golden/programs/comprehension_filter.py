#= int 120
ages = [12, 35, 8, 41, 44, 17]
adults = [age for age in ages if age >= 18]
ans = sum(adults)
