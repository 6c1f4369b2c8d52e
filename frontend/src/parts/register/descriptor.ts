import type { Column } from '@/parts/columns'
import type { Filter } from '@/parts/filters'
import { moment, yuan } from '@/parts/format'

export type FieldKind = 'text' | 'area' | 'int' | 'decimal' | 'fen' | 'day' | 'time' | 'choice' | 'bool' | 'staff' | 'unit' | 'point' | 'words'

/** One field of a register as the server describes it. */
export interface Field {
  key: string
  titleZh: string
  titleEn: string
  kind: FieldKind
  required?: boolean
  /** Longest text, in characters. */
  max?: number
  options?: { value: string; zh: string; en: string }[]
  /** Shown as a column from the start. */
  list?: boolean
  filter?: boolean
  /** Computed by the server: shown, never sent. */
  readOnly?: boolean
  /** The field of a row that holds the name of whom or what this one points at. */
  nameKey?: string
  noteZh?: string
  noteEn?: string
}

/** A register: a list of one kind of row that a company keeps. */
export interface Register {
  kind: string
  route: string
  /** The desk page that shows it. */
  page?: string
  titleZh: string
  titleEn: string
  read: string
  write: string
  fields: Field[]
}

export type Value = string | number | boolean | string[] | null | undefined

/** A row of any register; every row has these beside its fields. */
export type RegisterRow = { id: string; files?: string[]; endedOn?: string; endReason?: string } & Record<string, Value>

/** What the inputs of a form hold: texts as typed, yes or no, words and files. */
export type Model = Record<string, string | boolean | string[]>

/** What the pure parts below need to know of the reader's language. */
export interface Speech {
  english: boolean
  yes: string
  no: string
}

/** The words between two languages. */
export function word(zh: string | undefined, en: string | undefined, english: boolean): string {
  return (english ? en || zh : zh) ?? ''
}

/** The title of a field or register. */
export function titleOf(one: { titleZh: string; titleEn: string }, english: boolean): string {
  return word(one.titleZh, one.titleEn, english)
}

function text(value: Value): string {
  return value === undefined || value === null ? '' : String(value)
}

/** A field of a row as people read it; '' for nothing. */
export function shown(field: Field, row: RegisterRow, speech: Speech): string {
  const value = row[field.key]
  if (field.nameKey && row[field.nameKey]) return text(row[field.nameKey])
  switch (field.kind) {
    case 'choice': {
      const option = field.options?.find((one) => one.value === value)
      return option ? word(option.zh, option.en, speech.english) : text(value)
    }
    case 'bool':
      return value === undefined || value === null ? '' : value ? speech.yes : speech.no
    case 'fen':
      return typeof value === 'number' && (value !== 0 || field.required) ? yuan(value) : ''
    case 'time':
      return text(value).startsWith('0001-') ? '' : moment(text(value))
    case 'words':
      return Array.isArray(value) ? value.join(speech.english ? ', ' : '、') : text(value)
    case 'staff':
    case 'unit':
    case 'point':
      return ''
    default:
      return text(value)
  }
}

const WIDTHS: Partial<Record<FieldKind, number>> = { day: 112, time: 145, choice: 120, bool: 90, int: 105, decimal: 105, fen: 130, staff: 100 }
const RIGHT: readonly FieldKind[] = ['int', 'decimal', 'fen']

/** The columns of the list; those the descriptor leaves out of it wait in the chooser of columns. */
export function columnsOf(fields: readonly Field[], speech: Speech): Column<RegisterRow>[] {
  return fields.map((field) => {
    const title = titleOf(field, speech.english)
    const width = WIDTHS[field.kind]
    // A long English title needs its column wide enough to be read.
    const least = Math.max(width ?? 130, speech.english ? title.length * 8 + 26 : title.length * 14 + 24)
    return {
      key: field.key,
      title,
      ...(width ? { width: least } : { minWidth: least }),
      ...(RIGHT.includes(field.kind) ? { align: 'right' as const } : {}),
      ...(field.list ? {} : { extra: true }),
      format: (row: RegisterRow) => shown(field, row, speech),
    }
  })
}

/** The search form above the list, but for the fields that every register has. */
export function filtersOf(fields: readonly Field[], speech: Speech): Filter[] {
  return fields
    .filter((field) => field.filter && (field.kind === 'choice' || field.kind === 'bool'))
    .map((field) => {
      const label = titleOf(field, speech.english)
      if (field.kind === 'choice') return { key: field.key, label, kind: 'select', options: (field.options ?? []).map((one) => ({ value: one.value, label: word(one.zh, one.en, speech.english) })) }
      return { key: field.key, label, kind: 'select', width: 100, options: [{ value: 'yes', label: speech.yes }, { value: 'no', label: speech.no }] }
    })
}

// What every list of a register can be asked for, beside the filters of its fields.
const COMMON = ['term', 'unitId', 'ended', 'companyId', 'limit', 'cursor']

/** The query of a list as the server reads it: filters of fields become `filter=field:value`. */
export function asked(query: Record<string, string | number | undefined>): Record<string, string | number | string[]> {
  const plain: Record<string, string | number | string[]> = {}
  const filter: string[] = []
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    if (COMMON.includes(key)) plain[key] = value
    else filter.push(`${key}:${value}`)
  }
  return filter.length ? { ...plain, filter } : plain
}

/** The inputs of a form: of a row that is changed, else empty. */
export function modelOf(fields: readonly Field[], row?: RegisterRow): Model {
  const model: Model = { files: row?.files ?? [] }
  for (const field of fields) {
    const value = row?.[field.key]
    if (field.kind === 'bool') model[field.key] = value === true
    else if (field.kind === 'words') model[field.key] = Array.isArray(value) ? value : []
    else if (field.kind === 'fen') model[field.key] = typeof value === 'number' && (value !== 0 || field.required) ? yuan(value).replaceAll(',', '') : ''
    else if (field.kind === 'time') model[field.key] = text(value).startsWith('0001-') ? '' : moment(text(value))
    else model[field.key] = text(value)
  }
  return model
}

/** Yuan as typed in fen: '1,234.5' → 123450; nothing for what is no amount. */
export function fenOf(typed: string): number | undefined {
  const plain = typed.replace(/[,，\s]/g, '')
  const found = /^(-?)(\d{1,12})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!found) return undefined
  const fen = Number(found[2]) * 100 + Number((found[3] ?? '').padEnd(2, '0'))
  return found[1] ? -fen : fen
}

/** What is wrong with the inputs before they are sent, by field: `required` or `number`. */
export function missing(fields: readonly Field[], model: Model): Record<string, 'required' | 'number'> {
  const wrong: Record<string, 'required' | 'number'> = {}
  for (const field of fields.filter((one) => !one.readOnly)) {
    const value = model[field.key]
    const typed = typeof value === 'string' ? value.trim() : ''
    const empty = Array.isArray(value) ? value.length === 0 : typeof value === 'string' && typed === ''
    if (field.required && empty) wrong[field.key] = 'required'
    else if (typed && ((field.kind === 'fen' && fenOf(typed) === undefined) || (field.kind === 'int' && !/^-?\d{1,15}$/.test(typed)) || (field.kind === 'decimal' && !/^-?\d+(\.\d+)?$/.test(typed)))) wrong[field.key] = 'number'
  }
  return wrong
}

/** What is sent. Nothing typed is no day, nobody, no choice; of numbers it is 0. */
export function bodyOf(fields: readonly Field[], model: Model): Record<string, unknown> {
  const body: Record<string, unknown> = { files: model.files ?? [] }
  for (const field of fields) {
    if (field.readOnly) continue
    const value = model[field.key]
    const typed = typeof value === 'string' ? value.trim() : ''
    if (field.kind === 'bool' || field.kind === 'words') body[field.key] = value
    else if (field.kind === 'text' || field.kind === 'area') body[field.key] = typed
    else if (field.kind === 'int') body[field.key] = Number(typed)
    else if (field.kind === 'fen') body[field.key] = typed === '' ? 0 : fenOf(typed)
    else if (typed === '') continue
    else if (field.kind === 'time') body[field.key] = `${typed.replace(' ', 'T')}:00+08:00`
    else body[field.key] = typed
  }
  return body
}
