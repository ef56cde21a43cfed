#= int 23
# 35 heads, 94 feet
for chickens in range(36):
    rabbits = 35 - chickens
    if 2 * chickens + 4 * rabbits == 94:
        ans = chickens
