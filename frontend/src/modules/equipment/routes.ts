import type { RouteRecordRaw } from 'vue-router'

const company = ['company', 'service'] as const
const page = () => import('./pages/EquipmentPage.vue')

export const routes: RouteRecordRaw[] = [
  { path: '/equipment/machines', name: 'equipment.machines', component: page, props: { thing: 'machine' }, meta: { title: 'equipment.machines', action: 'equipment.item.read', menu: { group: 'equipment', order: 10, kinds: company } } },
  { path: '/equipment/special', name: 'equipment.special', component: page, props: { thing: 'special' }, meta: { title: 'equipment.special', action: 'equipment.item.read', menu: { group: 'equipment', order: 20, kinds: company } } },
  { path: '/equipment/fire', name: 'equipment.fire', component: page, props: { thing: 'fire' }, meta: { title: 'equipment.fire', action: 'equipment.item.read', menu: { group: 'equipment', order: 30, kinds: company } } },
  { path: '/equipment/cylinders', name: 'equipment.cylinders', component: page, props: { thing: 'cylinder' }, meta: { title: 'equipment.cylinders', action: 'equipment.item.read', menu: { group: 'equipment', order: 40, kinds: company } } },
  { path: '/equipment/presses', name: 'equipment.presses', component: () => import('./pages/PressRatesPage.vue'), meta: { title: 'equipment.presses', action: 'equipment.press.read', menu: { group: 'equipment', order: 50 } } },
]
