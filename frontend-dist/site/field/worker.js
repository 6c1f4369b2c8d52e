// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-DxoIKGvt.js","/assets/ActivatePage-dWELifoE.css","/assets/BeforeAfter-C2DcQpNH.js","/assets/BeforeAfter-WudP9clS.css","/assets/CertificateCard-WSmgfdzK.js","/assets/CheckPage-CQK2JPgl.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cf9fLfDt.css","/assets/DeedPage-Dz4kG4dr.js","/assets/DutiesPage-65-ir_-S.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutyPage-C8g_CrQv.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-Ce7tQBUy.js","/assets/EvaluatePage-Bb-V9rKz.css","/assets/EvaluatePage-ujfeRu5V.js","/assets/EvaluationsPage-B25NDF-4.css","/assets/EvaluationsPage-DvLpCmEl.js","/assets/FixPage-0Cpw87jI.js","/assets/FixPage-BGzEt7fP.css","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-k63aFdr5.js","/assets/InboxPage-D3mOfCsA.css","/assets/InboxPage-QArE4Jex.js","/assets/InstallCard-BtUrbMbu.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-CTEmNuIp.js","/assets/LetterPage-Bm1_0x8A.js","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPaper-B49GRB4v.js","/assets/LetterPaper-Beb4COb2.css","/assets/LettersPage-CmosmNZv.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CKktydt5.js","/assets/LevelTag-CgdoyROy.css","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DLZ6aVTl.js","/assets/LoadedPage-BoTHit-0.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-CU5R1ftj.js","/assets/MainTabs-DSyj6vay.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-BaDbi7pU.js","/assets/MePage-Bd7hdKsS.css","/assets/OutsidePage-CZ3IPf7I.css","/assets/OutsidePage-VSni26ip.js","/assets/PageFrame-B-KuF1_K.js","/assets/PageFrame-D77oN2H3.css","/assets/ParcelCard-BBXFYOaw.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-BWLkbj9H.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitCard-TZD_vA5D.js","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitNewPage-q2jAZbxI.js","/assets/PermitPage-BYOmsAym.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-D7cm1_fs.css","/assets/PermitsPage-Dl8G0UhB.js","/assets/PhotoPick-CARYO_EQ.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-D-secijr.js","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-DwiVSrfI.js","/assets/PostersPage-BNytZN6n.css","/assets/PostersPage-Fr99aT-J.js","/assets/ProblemNote-Cfrnz4Or.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-DGQPSazp.css","/assets/QueuePage-oM6KNaAr.js","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-Di47Sd99.js","/assets/RewardsPage-B65dj1Ko.js","/assets/RewardsPage-BCWHVINB.css","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-CUkmPvcy.js","/assets/ScorePage-D7u3StAg.css","/assets/ScorePage-DR6Kf109.js","/assets/ScoresPage-B3z0Y-2P.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-Bit1qCgV.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-B-1pn-li.js","/assets/SignSheet-DZ8chMuR.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-C1uSQcKV.js","/assets/SnapPage-CnvW_Yx6.js","/assets/TodayPage-DoTkxoJd.css","/assets/TodayPage-RXny56Sz.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/award-DjDDik5Y.js","/assets/certificate-BtSOoymT.js","/assets/check-DYRMaHi3.js","/assets/checkbox-CAukR9x4.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-vmF--k1S.js","/assets/division-CxDyiccL.js","/assets/dossier-DOwCrGXH.js","/assets/due-DYk22sR9.js","/assets/duty-DO0oSKck.js","/assets/emergency-DjosCm-3.js","/assets/enrolment-CTBBUlLO.js","/assets/equipment-CcUIm_BK.js","/assets/evaluation-6_F7Qsg_.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-CcceqbKd.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-YQ7TCt6S.js","/assets/function-call-B93E3_qs.js","/assets/function-call-KQcoNt2v.js","/assets/grading-B61dtfaN.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/industry-ChVu1XYc.js","/assets/inspection-nRZV-HWT.js","/assets/instrument-DOwCrGXH.js","/assets/interceptor-Cc5e8Pve.js","/assets/letter-DNi7XhuW.js","/assets/list-CHW8uqj6.js","/assets/listing-ESjMg3bX.js","/assets/livescore-CuhVbA5u.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-CzdxpVSV.js","/assets/oversight-C2KavrUc.js","/assets/overview-DFR88Qf_.js","/assets/parts-C8dJo5Gm.js","/assets/patrol-DOwCrGXH.js","/assets/penalty-DOwCrGXH.js","/assets/people-aQkvMEV8.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-kETT4nU2.js","/assets/popup-BAxC4gke.js","/assets/programme-DOwCrGXH.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/rubric-CBQDREuD.js","/assets/say-b4xSzPRr.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-DOQCRsvg.js","/assets/signature-DrmIFf8A.js","/assets/staff-C_3oTwEG.js","/assets/standardization-5aIp6JOE.js","/assets/style-BKC72xPJ.css","/assets/style-BSvC_4z0.js","/assets/style-BTxaW5oo.css","/assets/style-BWIeWV-6.js","/assets/style-BXwWrGxC.js","/assets/style-Bdl9wiH-.js","/assets/style-Bjr-1vAo.css","/assets/style-BlVeCP8R.js","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-CzqQU04d.js","/assets/style-D3F7l079.js","/assets/style-D4vPvTRK.css","/assets/style-DDguRu7S.js","/assets/style-DGvlcxVb.js","/assets/style-DnYcvOhI.css","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-Qxdg0smL.js","/assets/use-id-CwQE626s.js","/assets/useCamera-BEmbdImt.js","/assets/useForms-14dKnc9P.css","/assets/useForms-ClQGP2ud.js","/assets/useIntent-QahTRvt3.js","/assets/useLoad-DVO_To6Q.js","/assets/useMe-D5M-wDkO.js","/assets/useParcel-DeWY_Fh7.js","/assets/usePermit-DKcobaeZ.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-CjLebSgm.js","/assets/useQueue-B-56ANls.js","/assets/useSaid-BjECjTQF.js","/assets/visit-DOwCrGXH.js"]
const VERSION = '92b0c6359a1d'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
