#= int 27
note = 'Bought 12 eggs, ate 3, then 18 more'
numbers = [int(word.strip(',.')) for word in note.split() if word.strip(',.').isdigit()]
ans = numbers[0] - numbers[1] + numbers[2]
