// @vitest-environment jsdom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Page } from '@/api/client'
import { ApiError } from '@/api/problem'
import { i18n } from '@/i18n'
import DataTable from './DataTable.vue'
import { useTable } from './useTable'

interface Row {
  id: string
  name: string
}

const columns = [{ key: 'name', title: '名称' }]

async function show(load: () => Promise<Page<Row>>, address = '/list'): Promise<VueWrapper> {
  const page = defineComponent({
    setup() {
      const table = useTable<Row>({ id: 'test', filters: ['q'], load })
      return () => h(DataTable<Row>, { table, columns, empty: '还没有隐患' })
    },
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/list', component: page }] })
  await router.push(address)
  const wrapper = mount(page, { global: { plugins: [router, i18n] }, attachTo: document.body })
  await flushPromises()
  return wrapper
}

describe('DataTable', () => {
  beforeEach(() => {
    localStorage.clear()
    document.body.innerHTML = ''
  })

  it('says what is empty', async () => {
    const wrapper = await show(() => Promise.resolve({ items: [] }))
    expect(wrapper.text()).toContain('还没有隐患')
  })

  it('tells no match from nothing', async () => {
    const wrapper = await show(() => Promise.resolve({ items: [] }), '/list?q=x')
    expect(wrapper.text()).toContain('没有符合条件的记录')
  })

  it('shows why it failed and tries again', async () => {
    let broken = true
    const wrapper = await show(() => (broken
      ? Promise.reject(new ApiError({ status: 503, code: 'http.busy', title: '', detail: '系统忙', requestId: '', errors: [] }))
      : Promise.resolve({ items: [{ id: '1', name: '冲床护罩缺失' }] })))
    expect(wrapper.text()).toContain('系统忙')
    broken = false
    const retry = wrapper.findAll('button').find((button) => button.text() === '重试')
    await retry?.trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('冲床护罩缺失')
    expect(wrapper.text()).not.toContain('系统忙')
  })
})
