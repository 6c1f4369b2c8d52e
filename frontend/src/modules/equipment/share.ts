/** A share in per cent with one digit; a dash of nothing. */
export function share(num: number, den: number): string {
  return den === 0 ? '—' : `${(Math.floor((num * 1000) / den) / 10).toFixed(1)}%`
}
