import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/due', name: 'due', component: () => import('./pages/DuePage.vue'), meta: { title: 'due.title', action: 'due.item.list', menu: { group: 'home', order: 10 } } },
]
