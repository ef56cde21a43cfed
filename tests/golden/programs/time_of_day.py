#= str 2:05 PM
minutes = 9 * 60 + 50 + 255
hour, minute = minutes // 60, minutes % 60
suffix = 'AM' if hour < 12 else 'PM'
ans = f"{hour % 12 or 12}:{minute:02} {suffix}"
