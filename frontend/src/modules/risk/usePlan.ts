import { ref, type Ref } from 'vue'

/** A corner, in ten-thousandths of the picture's width and height. */
export type Corner = [number, number]

export interface Area {
  riskUnitId: string
  points: Corner[]
}

const FULL = 10_000

/** A corner inside the picture, in whole ten-thousandths. */
export function inside([x, y]: Corner): Corner {
  return [Math.min(FULL, Math.max(0, Math.round(x))), Math.min(FULL, Math.max(0, Math.round(y)))]
}

/** The rectangle between two corners. */
export function rectangle(a: Corner, b: Corner): Corner[] {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
  return [[left, top], [right, top], [right, bottom], [left, bottom]]
}

/** The outline moved as a whole, as far as the picture reaches. */
export function moved(points: Corner[], dx: number, dy: number): Corner[] {
  const xs = points.map((one) => one[0])
  const ys = points.map((one) => one[1])
  const x = Math.min(FULL - Math.max(...xs), Math.max(-Math.min(...xs), dx))
  const y = Math.min(FULL - Math.max(...ys), Math.max(-Math.min(...ys), dy))
  return points.map((one) => inside([one[0] + x, one[1] + y]))
}

/** The middle of an outline, where its name stands. */
export function middle(points: readonly (readonly number[])[]): Corner {
  const n = points.length || 1
  return [points.reduce((sum, one) => sum + (one[0] ?? 0), 0) / n, points.reduce((sum, one) => sum + (one[1] ?? 0), 0) / n]
}

/** Large enough to be meant: a click is no rectangle. */
export function meant(points: Corner[]): boolean {
  const width = Math.max(...points.map((one) => one[0])) - Math.min(...points.map((one) => one[0]))
  const height = Math.max(...points.map((one) => one[1])) - Math.min(...points.map((one) => one[1]))
  return points.length >= 3 && width >= 100 && height >= 100
}

export type Tool = 'select' | 'rectangle' | 'polygon'

export interface Drawing {
  areas: Ref<Area[]>
  chosen: Ref<number>
  tool: Ref<Tool>
  /** What is being drawn and is no area yet. */
  draft: Ref<Corner[]>
  down(at: Corner): void
  move(at: Corner): void
  up(at: Corner): void
  /** Takes hold of an area, or of one of its corners. */
  hold(area: number, corner: number, at: Corner): void
  choose(area: number): void
  /** Ends a polygon. */
  close(): void
  remove(): void
  nudge(dx: number, dy: number): void
}

/** Drawing areas with a pointer: rectangles by dragging, polygons corner by corner. */
export function useDrawing(first: Area[]): Drawing {
  const areas = ref<Area[]>(first)
  const chosen = ref(-1)
  const tool = ref<Tool>('select')
  const draft = ref<Corner[]>([])
  let held: { area: number; corner: number; from: Corner; points: Corner[] } | undefined

  function add(points: Corner[]): void {
    draft.value = []
    if (!meant(points)) return
    areas.value.push({ riskUnitId: '', points })
    chosen.value = areas.value.length - 1
    tool.value = 'select'
  }

  return {
    areas, chosen, tool, draft,
    down(at) {
      if (tool.value === 'rectangle') draft.value = [at, at]
      else if (tool.value === 'polygon') draft.value = [...draft.value, at]
      else chosen.value = -1
    },
    move(at) {
      if (tool.value === 'rectangle' && draft.value.length === 2) draft.value = [draft.value[0]!, at]
      const area = held && areas.value[held.area]
      if (!held || !area) return
      if (held.corner < 0) area.points = moved(held.points, at[0] - held.from[0], at[1] - held.from[1])
      else area.points = area.points.map((one, n) => (n === held?.corner ? inside(at) : one))
    },
    up(at) {
      held = undefined
      if (tool.value === 'rectangle' && draft.value.length === 2) add(rectangle(draft.value[0]!, at))
    },
    hold(area, corner, at) {
      if (tool.value !== 'select') return
      chosen.value = area
      held = { area, corner, from: at, points: areas.value[area]?.points ?? [] }
    },
    choose(area) {
      chosen.value = area
    },
    close: () => add(draft.value),
    remove() {
      areas.value = areas.value.filter((_, n) => n !== chosen.value)
      chosen.value = -1
    },
    nudge(dx, dy) {
      const area = areas.value[chosen.value]
      if (area) area.points = moved(area.points, dx, dy)
    },
  }
}
