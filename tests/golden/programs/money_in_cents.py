#= float 13.37
paid = 20.00
cost = 2 * 2.29 + 2.05
ans = round(paid - cost, 2)
