const shape = /^(\d{4})-(\d{2})-(\d{2})$/
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function leap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** `2027-03-31`: a day that the calendar has. */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = shape.exec(text) ?? []
  const last = daysOfMonths[Number(month) - 1]
  if (last === undefined) return false
  const days = Number(month) === 2 && leap(Number(year)) ? 29 : last
  return Number(day) >= 1 && Number(day) <= days
}

/** Whether a last day lies before today; both `YYYY-MM-DD`, which sorts as time does. */
export function hasPassed(lastDay: string, today: string): boolean {
  return lastDay < today
}
