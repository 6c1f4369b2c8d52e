import { expect, test } from 'vitest'
import { choicesFor, formOf, isMicro, suggestedPosts } from './useSetUp'

const name = (post: string): string => `«${post}»`

test('suggests what the equipment asks for, once', () => {
  expect(suggestedPosts(['grinder', 'combustible_dust', 'press'])).toEqual(['principal', 'safety_manager', 'stamping_operator', 'grinding_operator', 'team_leader', 'electrician', 'general_employee'])
})

test('keeps what was chosen when the equipment changes', () => {
  const first = choicesFor(['press'], name)
  first[2]!.person = '应小龙'
  const own = { type: '', name: '包装工', on: true, mine: false, person: '' }
  const again = choicesFor(['welding', 'press'], name, [...first, own])
  expect(again.find(({ type }) => type === 'stamping_operator')?.person).toBe('应小龙')
  expect(again.at(-1)).toEqual(own)
  expect(again.some(({ type }) => type === 'welder')).toBe(true)
})

test('sends only what is chosen, and nobody twice', () => {
  const posts = choicesFor([], name)
  posts[1]!.person = '谁'
  const form = formOf({ staffCount: '8', address: ' 柿后村 ', contactName: '', tags: [], posts })
  expect(form.posts).toEqual([
    { name: '«principal»', types: ['principal'], mine: true },
    { name: '«safety_manager»', types: ['safety_manager'], mine: true },
    { name: '«team_leader»', types: ['team_leader'], mine: false },
  ])
  expect(form.address).toBe('柿后村')
})

test('twenty people are no micro firm', () => {
  expect(['1', '19'].every(isMicro)).toBe(true)
  expect(['20', '0', '', '3.5', 'x'].some(isMicro)).toBe(false)
})
