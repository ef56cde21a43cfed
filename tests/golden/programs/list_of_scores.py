#= float 85.0
scores = [80, 92, 75, 93]
average = sum(scores) / len(scores)
ans = average
