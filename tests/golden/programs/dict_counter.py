#= str a
votes = ['a', 'b', 'a', 'c', 'b', 'a']
tally = {}
for vote in votes:
    tally[vote] = tally.get(vote, 0) + 1
ans = max(tally, key=tally.get)
