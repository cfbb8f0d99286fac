/** @param month 1–12. */
export function monthName(month: number, width: 'long' | 'narrow' = 'long'): string {
  return new Intl.DateTimeFormat('en', { month: width, timeZone: 'UTC' }).format(Date.UTC(2020, month - 1, 1));
}

export const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
