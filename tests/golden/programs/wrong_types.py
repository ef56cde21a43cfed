#= error TypeError
ans = 'apples: ' + 3
