import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/company', name: 'company', component: () => import('./pages/CompanyPage.vue'), meta: { title: 'company.title', action: 'company.register.read', menu: { group: 'company', order: 10, kinds: ['company', 'service'] } } },
  { path: '/companies/:id(\\d+)/file', name: 'company.file', component: () => import('./pages/CompanyPage.vue'), meta: { title: 'company.title', action: 'company.register.read', parent: 'overseen' } },
  { path: '/companies/new', name: 'company.new', component: () => import('./pages/RegisterPage.vue'), meta: { title: 'company.register', action: 'company.register.add', parent: 'overseen' } },
]
