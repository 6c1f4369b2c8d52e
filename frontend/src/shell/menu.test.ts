import { describe, expect, it } from 'vitest'
import type { RouteRecordRaw } from 'vue-router'
import { menuFor } from './menu'

const page = { render: () => null }
const routes: RouteRecordRaw[] = [
  { path: '/b', name: 'b', component: page, meta: { title: 'b', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 2 } } },
  { path: '/a', name: 'a', component: page, meta: { title: 'a', menu: { group: 'hazard', order: 1 } } },
  { path: '/c', name: 'c', component: page, meta: { title: 'c', action: 'platform.job.list', menu: { group: 'platform', order: 1 } } },
  { path: '/a/:id', name: 'detail', component: page, meta: { title: 'd' } },
]

describe('menuFor', () => {
  it('shows what is permitted, in order, and no empty group', () => {
    const menu = menuFor(routes, (action) => !action || action === 'hazard.ledger.list')
    expect(menu.map((branch) => branch.group)).toEqual(['hazard'])
    expect(menu[0]?.items.map((item) => item.name)).toEqual(['a', 'b'])
  })

  it('leaves out the pages of a feature that is switched off', () => {
    const menu = menuFor(routes, () => true, '', (page) => page === 'c' || page === 'a')
    expect(menu.map((branch) => branch.items.map((item) => item.name))).toEqual([['b']])
  })
})
