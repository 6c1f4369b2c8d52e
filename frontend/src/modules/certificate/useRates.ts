/** Tenths of a percent as percent, or a dash where the rate does not apply. */
export function shownRate(permille: number | null | undefined): string {
  return permille === null || permille === undefined ? '—' : `${Math.trunc(permille / 10)}.${permille % 10}%`
}
