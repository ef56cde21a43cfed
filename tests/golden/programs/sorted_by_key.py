#= str Ben
people = [('Ann', 31), ('Ben', 24), ('Cy', 45)]
youngest = sorted(people, key=lambda p: p[1])[0]
ans = youngest[0]
