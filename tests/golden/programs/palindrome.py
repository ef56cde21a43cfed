#= bool True
word = 'Level'.lower()
ans = word == word[::-1]
