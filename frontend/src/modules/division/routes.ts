import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/divisions', name: 'divisions', component: () => import('./pages/DivisionsPage.vue'), meta: { title: 'division.title', action: 'division.area.keep', menu: { group: 'platform', order: 40 } } },
]
