/** Risk colours as a canvas needs them: red, orange, yellow, blue. */
export const TONES = ['#d0383e', '#e07b1a', '#e8c534', '#3f7fd0'] as const

interface Colours { red: number; orange: number; yellow: number; blue: number }

/** The fill of an area: the more of its companies are red or orange, the warmer; grey where there are none. */
export function fillOf(colours: Colours): string {
  const all = colours.red + colours.orange + colours.yellow + colours.blue
  if (all === 0) return '#e6e9ee'
  const share = (colours.red + colours.orange / 2) / all
  if (share >= 0.3) return '#eda9a6'
  if (share >= 0.15) return '#f3c79a'
  return share >= 0.05 ? '#f3e5a6' : '#b9d2f1'
}

/** The colour of a mark: that of the worst company in it. */
export function worstOf(colours: Colours): string {
  const i = (['red', 'orange', 'yellow', 'blue'] as const).findIndex((key) => colours[key] > 0)
  return TONES[i < 0 ? 3 : i]!
}

/** Web Mercator, for maps with tiles below them. */
export const mercator = {
  project: ([lon, lat]: number[]): [number, number] => [lon!, (-Math.log(Math.tan(Math.PI / 4 + (lat! * Math.PI) / 360)) * 180) / Math.PI],
  unproject: ([x, y]: number[]): [number, number] => [x!, ((Math.atan(Math.exp((-y! * Math.PI) / 180)) - Math.PI / 4) * 360) / Math.PI],
}

export interface Tile { url: string; west: number; north: number; east: number; south: number }

/** The tiles of a window, of the zoom at which about four stand side by side; at most 48. */
export function tilesOf(template: string, w: { west: number; south: number; east: number; north: number }): Tile[] {
  if (!template || w.east <= w.west || w.north <= w.south) return []
  const z = Math.max(1, Math.min(18, Math.round(Math.log2((360 * 4) / (w.east - w.west)))))
  const n = 2 ** z
  const column = (lon: number): number => Math.floor(((lon + 180) / 360) * n)
  const row = (lat: number): number => Math.floor(((mercator.project([0, lat])[1] + 180) / 360) * n)
  const lat = (y: number): number => mercator.unproject([0, (y / n) * 360 - 180])[1]
  const out: Tile[] = []
  for (let x = column(w.west); x <= column(w.east); x++) {
    for (let y = row(w.north); y <= row(w.south) && out.length < 48; y++) {
      const url = template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y))
      out.push({ url, west: (x / n) * 360 - 180, east: ((x + 1) / n) * 360 - 180, north: lat(y), south: lat(y + 1) })
    }
  }
  return out
}
