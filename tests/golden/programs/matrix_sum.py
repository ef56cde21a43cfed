#= int 15
m = [[0] * 3 for _ in range(3)]
for i in range(3):
    m[i][i] = i + 4
ans = sum(sum(row) for row in m)
