// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { queryOf, useTable, type Table, type TableQuery } from './useTable'

async function listAt(address: string): Promise<{ table: Table<{ id: string }>; asked: TableQuery[]; go: (to: string) => Promise<void>; address: () => string }> {
  const asked: TableQuery[] = []
  const made: { table?: Table<{ id: string }> } = {}
  const page = defineComponent({
    setup() {
      made.table = useTable({ id: 'test', filters: ['status'], load: (query) => { asked.push(query); return Promise.resolve({ items: [{ id: '1' }], next: 'n2' }) } })
      return () => h('p')
    },
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/list', component: page }, { path: '/other', component: { render: () => h('i') } }] })
  await router.push(address)
  mount(defineComponent({ render: () => h(page) }), { global: { plugins: [router] } })
  await flushPromises()
  const go = async (to: string): Promise<void> => {
    await router.push(to)
    await flushPromises()
  }
  return { table: made.table!, asked, go, address: () => router.currentRoute.value.fullPath }
}

describe('useTable', () => {
  it('asks for what the address says', async () => {
    const { asked } = await listAt('/list?status=open&limit=50&cursor=c1&foreign=x')
    expect(asked).toEqual([{ limit: 50, status: 'open', cursor: 'c1' }])
  })

  it('keeps filters in the address and starts again at the first page', async () => {
    const { table, asked, address } = await listAt('/list?cursor=c1')
    table.apply({ status: 'closed' })
    await flushPromises()
    expect(address()).toBe('/list?status=closed')
    expect(asked.at(-1)).toEqual({ limit: 20, status: 'closed' })
  })

  it('turns pages by cursor', async () => {
    const { table, asked } = await listAt('/list?status=open')
    table.turn(table.next.value ?? '')
    await flushPromises()
    expect(asked.at(-1)).toEqual({ limit: 20, status: 'open', cursor: 'n2' })
  })

  it('does not follow the address of another page', async () => {
    const { asked, go } = await listAt('/list?status=open')
    await go('/other?status=closed')
    expect(asked).toHaveLength(1)
  })

  it('takes no limit that is not offered', () => {
    expect(queryOf({ status: ['a', 'b'] }, ['status'], 20)).toEqual({ limit: 20, status: 'a' })
  })
})
