import type { Texts } from './en.ts'

export const es: Texts = {
  opensNewTab: '(abre una pestaña nueva)',
  entrance: {
    signIn: 'Iniciar sesión',
    signedOut: 'Ha cerrado la sesión.',
    failed: 'No se ha completado el inicio de sesión',
    notSetUp: 'La consola no está configurada',
    notSetUpText:
      'Este despliegue no tiene un cliente en su emisor, así que nadie puede iniciar sesión. Su operador define consoleClientId.',
  },
  session: {
    over: 'Su sesión ha terminado',
    overText: 'Inicie sesión de nuevo para continuar. Volverá a esta página.',
  },
  top: {
    help: 'Ayuda',
    language: 'Idioma',
    signOut: 'Cerrar sesión',
    role: { admin: 'Administrador', reader: 'Lector: lo ve todo, no cambia nada' },
    theme: { light: 'Claro', dark: 'Oscuro' },
  },
  layout: {
    navigation: 'Navegación',
    navigationToggle: 'Abrir la navegación',
    navigationClose: 'Cerrar la navegación',
    notifications: 'Resultados',
    breadcrumbs: 'Dónde está',
  },
  nav: {
    overview: 'Resumen',
  },
  flash: { dismiss: 'Cerrar' },
  problem: {
    notDone: 'Eso no se ha hecho',
    noAnswer: 'El servicio no ha respondido. Compruebe su conexión e inténtelo de nuevo.',
    more: 'Qué significa',
    broken: 'Algo ha fallado',
    brokenText: 'Esta página ha fallado. Lo que hizo antes se conserva; vuelva a cargarla para continuar.',
    reload: 'Volver a cargar',
    notFound: 'Aquí no hay nada',
    notFoundText: 'Esa página no existe. Elija una a la izquierda.',
  },
  states: {
    loading: 'Cargando',
    failed: 'No se ha podido cargar',
    retry: 'Intentar de nuevo',
  },
  claimStatus: { open: 'Abierta', migrating: 'En migración', completed: 'Completada', revoked: 'Anulada' },
  claimType: { direct: 'Reclamación directa', delayed: 'Reclamación diferida' },
  userStatus: {
    active: 'Activo',
    not_verified: 'No verificado',
    verified: 'Verificado',
    inactive: 'Inactivo',
    delayed_claim: 'Reclamación diferida',
  },
  overview: {
    title: 'Resumen',
    users: 'Usuarios',
    claims: 'Reclamaciones',
    byType: 'Por tipo',
    losingContent: 'Se pierde contenido',
    bounced: 'El correo volvió',
    endingSoon: 'Terminan en 7 días',
  },
}
