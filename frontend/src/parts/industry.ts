// First and last two-digit division of each section of GB/T 4754-2017.
const SECTIONS: Record<string, [number, number]> = {
  A: [1, 5], B: [6, 12], C: [13, 43], D: [44, 46], E: [47, 50], F: [51, 52], G: [53, 60], H: [61, 62], I: [63, 65], J: [66, 69],
  K: [70, 70], L: [71, 72], M: [73, 75], N: [76, 79], O: [80, 82], P: [83, 83], Q: [84, 85], R: [86, 90], S: [91, 96], T: [97, 97],
}

/** A code of GB/T 4754 with the name of its section: 3465 制造业. */
export function trade(code: string, t: (key: string) => string): string {
  const division = Number(code.slice(0, 2))
  const section = Object.keys(SECTIONS).find((key) => division >= (SECTIONS[key]?.[0] ?? 0) && division <= (SECTIONS[key]?.[1] ?? 0))
  return code && section ? `${code} ${t(`industry.${section}`)}` : code
}
