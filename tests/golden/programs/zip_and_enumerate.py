#= int 32
counts = [1, 2, 3]
weights = (4, 5, 6)
ans = 0
for i, (c, w) in enumerate(zip(counts, weights)):
    ans += c * w
