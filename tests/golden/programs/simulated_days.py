#= int 8
snail = 0
day = 0
while snail < 10:
    day += 1
    snail += 3
    if snail >= 10:
        break
    snail -= 2
ans = day
