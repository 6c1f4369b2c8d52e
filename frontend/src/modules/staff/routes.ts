import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/staff', name: 'staff', component: () => import('./pages/StaffPage.vue'), meta: { title: 'staff.title', action: 'staff.person.list', menu: { group: 'staff', order: 10 } } },
  { path: '/staff/:id(\\d+)', name: 'staff.person', component: () => import('./pages/PersonPage.vue'), meta: { title: 'staff.person', action: 'staff.person.list', parent: 'staff' } },
]
