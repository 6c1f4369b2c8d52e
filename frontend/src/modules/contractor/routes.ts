import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/contractors', name: 'contractors', component: () => import('./pages/ContractorsPage.vue'), meta: { title: 'contractor.title', action: 'contractor.file.read', menu: { group: 'register', order: 50, kinds: ['company', 'service'] } } },
]
