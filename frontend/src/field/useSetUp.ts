import type { SetUpForm } from './server'

/** What the light profile takes at most; from MICRO people on a firm uses the full one. */
export const MOST_POSTS = 5
export const MICRO = 20

/** A post as the page shows it. */
export interface PostChoice {
  type: string
  name: string
  on: boolean
  mine: boolean
  person: string
}

/** Which posts a firm with certain tags is likely to have, the likeliest first; two belong to everybody. */
const BY_TAG: readonly (readonly [tag: string, post: string])[] = [
  ['press', 'stamping_operator'],
  ['grinder', 'grinding_operator'],
  ['combustible_dust', 'grinding_operator'],
  ['welding', 'welder'],
  ['spray_paint', 'spray_painter'],
  ['confined_space', 'confined_space_supervisor'],
  ['hazchem', 'hazchem_keeper'],
  ['forklift', 'forklift_driver'],
  ['crane', 'crane_operator'],
  ['boiler', 'boiler_operator'],
  ['pressure_vessel', 'boiler_operator'],
  ['warehouse', 'warehouse_keeper'],
]

export function suggestedPosts(tags: readonly string[]): string[] {
  const own = BY_TAG.filter(([tag]) => tags.includes(tag)).map(([, post]) => post)
  return [...new Set(['principal', 'safety_manager', ...own, 'team_leader', 'electrician', 'general_employee'])]
}

/** The suggestions as choices: the first two are the person's own, the rest off but for what the firm's equipment says. */
export function choicesFor(tags: readonly string[], nameOf: (post: string) => string, kept: readonly PostChoice[] = []): PostChoice[] {
  const old = new Map(kept.map((choice) => [choice.name, choice]))
  const fresh = suggestedPosts(tags).map((type, place) => ({ type, name: nameOf(type), on: place < 3, mine: place < 2, person: '' }))
  const named = new Set(fresh.map(({ name }) => name))
  return [...fresh.map((choice) => old.get(choice.name) ?? choice), ...kept.filter((choice) => choice.on && !named.has(choice.name))]
}

export interface Answers {
  staffCount: string
  address: string
  contactName: string
  tags: string[]
  posts: PostChoice[]
}

export function formOf({ staffCount, address, contactName, tags, posts }: Answers): SetUpForm {
  return {
    staffCount: Number(staffCount),
    address: address.trim(),
    contactName: contactName.trim(),
    tags,
    posts: posts.filter(({ on }) => on).map(({ type, name, mine, person }) => ({ name, types: type ? [type] : ['general_employee'], mine, ...(mine || !person.trim() ? {} : { person: person.trim() }) })),
  }
}

/** Whether a head count, as typed, is that of a firm for the light profile. */
export function isMicro(staffCount: string): boolean {
  const n = Number(staffCount)
  return Number.isInteger(n) && n >= 1 && n < MICRO
}
