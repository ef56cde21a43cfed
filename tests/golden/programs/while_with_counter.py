#= int 10
money, weeks = 0, 0
while money < 95:
    money += 10; weeks += 1
ans = weeks
