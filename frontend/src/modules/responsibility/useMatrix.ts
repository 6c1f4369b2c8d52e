import type { AnswerOf } from '@/api/client'

export type Matrix = AnswerOf<'/api/responsibility/matrix'>
export type Duty = Matrix['duties'][number]
export type Post = Matrix['posts'][number]
export type Cell = Matrix['cells'][number]

/** A line of the grid: the name of a group of duties, or a duty with its place in the matrix. */
export interface Line {
  group?: string
  duty?: Duty
  row: number
}

/** Columns that share a heading. */
export interface Span {
  text: string
  from: number
  size: number
}

/** How long one column or row may be looked up. */
const STRIDE = 100_000

/** The matrix laid out for the screen. */
export interface Layout {
  lines: Line[]
  workshops: Span[]
  teams: Span[]
  /** The cell where a row of the matrix and a column meet. */
  at(row: number, column: number): Cell | undefined
  /** Sum of a column's scores, in hundredths. */
  sums: number[]
}

/** Lays a matrix out: duties below their groups, those whose text holds `words` only, and headings over the columns. */
export function layOut(matrix: Matrix, words: string): Layout {
  const lines: Line[] = []
  const wanted = words.trim()
  matrix.duties.forEach((duty, row) => {
    if (wanted && !duty.text.includes(wanted)) return
    const group = lines.findLast((line) => line.duty)?.duty?.category
    if (group !== duty.category) lines.push({ group: duty.category, row: -1 })
    lines.push({ duty, row })
  })
  const cells = new Map(matrix.cells.map((cell) => [cell.row * STRIDE + cell.column, cell]))
  const sums = matrix.posts.map(() => 0)
  for (const cell of matrix.cells) sums[cell.column]! += cell.score
  return {
    lines,
    workshops: spans(matrix.posts, (post) => post.workshop),
    teams: spans(matrix.posts, (post) => `${post.workshop}/${post.team}`).map((span) => ({ ...span, text: matrix.posts[span.from]!.team })),
    at: (row, column) => cells.get(row * STRIDE + column),
    sums,
  }
}

function spans(posts: readonly Post[], name: (post: Post) => string): Span[] {
  const found: Span[] = []
  posts.forEach((post, at) => {
    const last = found.at(-1)
    const text = name(post)
    if (last?.text === text) last.size++
    else found.push({ text, from: at, size: 1 })
  })
  return found
}

/** The part of `count` pieces of a size that a window shows, one more on each side. */
export function visible(offset: number, extent: number, size: number, count: number): [from: number, to: number] {
  return [Math.max(0, Math.floor(offset / size) - 1), Math.min(count, Math.ceil((offset + extent) / size) + 1)]
}

/** Hundredths as points without needless zeros: 1850 → 18.5. */
export function points(score: number): string {
  return String(score / 100)
}
