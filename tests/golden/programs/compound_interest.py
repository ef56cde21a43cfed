#= float 1157.62
balance = 1000
for year in range(3):
    balance *= 1.05
ans = round(balance, 2)
