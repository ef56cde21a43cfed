#= int 340282366920938463463374607431768211456
grains = 0
on_square = 1
for square in range(128):
    grains += on_square
    on_square *= 2
ans = grains + 1
