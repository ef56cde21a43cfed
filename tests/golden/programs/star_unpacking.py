#= str 1 [2, 3] 4
first, *middle, last = (1, 2, 3, 4)
ans = f'{first} {middle} {last}'
