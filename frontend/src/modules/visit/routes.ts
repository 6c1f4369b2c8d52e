import type { RouteRecordRaw } from 'vue-router'

const kinds = ['regulator']
const firm = ['company', 'service']

export const routes: RouteRecordRaw[] = [
  { path: '/visits', name: 'visits', component: () => import('./pages/VisitsPage.vue'), meta: { title: 'visit.title', action: 'visit.task.list', menu: { group: 'visit', order: 10, kinds } } },
  { path: '/visits/received', name: 'visits-received', component: () => import('./pages/VisitsPage.vue'), meta: { title: 'visit.received', action: 'visit.task.list', menu: { group: 'records', order: 56, kinds: firm } } },
  { path: '/visits/:id(\\d+)', name: 'visit', component: () => import('./pages/VisitPage.vue'), meta: { title: 'visit.detail', action: 'visit.task.list' } },
  { path: '/visit-plans', name: 'visit-plans', component: () => import('./pages/PlansPage.vue'), meta: { title: 'visit.plan.title', action: 'visit.plan.list', menu: { group: 'visit', order: 12, kinds } } },
  { path: '/visit-plans/:id(\\d+)', name: 'visit-plan', component: () => import('./pages/PlanPage.vue'), meta: { title: 'visit.plan.detail', action: 'visit.plan.list', parent: 'visit-plans' } },
  { path: '/visit-orders', name: 'visit-orders', component: () => import('./pages/OrdersPage.vue'), meta: { title: 'visit.order.title', action: 'visit.order.list', menu: { group: 'visit', order: 14, kinds } } },
  { path: '/visit-orders/received', name: 'visit-orders-received', component: () => import('./pages/OrdersPage.vue'), meta: { title: 'visit.order.received', action: 'visit.order.list', menu: { group: 'records', order: 58, kinds: firm } } },
  { path: '/visit-orders/:id(\\d+)', name: 'visit-order', component: () => import('./pages/OrderPage.vue'), meta: { title: 'visit.order.detail', action: 'visit.order.list' } },
  { path: '/visit-summary', name: 'visit-summary', component: () => import('./pages/SummaryPage.vue'), meta: { title: 'visit.summary.title', action: 'visit.summary.read', menu: { group: 'visit', order: 16, kinds } } },
]
