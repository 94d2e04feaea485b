import { line } from '../../mail/line.ts'
import type { PageTexts } from './types.ts'

export const es: PageTexts = {
  choose: {
    heading: {
      direct: line`Elija qué pasa con su cuenta antigua`,
      delayed: line`Elija qué pasa con su cuenta`,
    },
    legend: line`¿Qué debe pasar con su cuenta antigua?`,
    newEmail: line`Nueva dirección de correo para su cuenta antigua`,
    newEmailHint: ({ org }) => line`Una dirección que solo use usted y que no esté en un dominio de ${org}.`,
    submit: line`Confirmar mi elección`,
    noPassword: line`Esta página no le pide la contraseña. No la escriba nunca en una página a la que le haya llevado un correo.`,
  },
  problem: {
    heading: line`Hay un problema`,
    inTitle: (title) => line`Problema: ${title}`,
    of: {
      decision_required: () => line`Elija una de las opciones.`,
      decision_not_offered: () =>
        line`Esta opción no está disponible para su cuenta. Elija una de las que se muestran aquí.`,
      new_email_required: () => line`Escriba la nueva dirección para su cuenta antigua.`,
      invalid_address: () =>
        line`Esta dirección de correo no es válida. Debe tener una forma como nombre@dominio.example.`,
      email_taken: () => line`Ya existe una cuenta con esta dirección. Elija otra.`,
      email_on_claimed_domain: ({ org }) => line`Esta dirección está en un dominio de ${org}. Elija otra.`,
      busy: () =>
        line`Su cuenta se estaba modificando en ese mismo momento y todavía no se ha decidido nada. Inténtelo de nuevo.`,
    },
  },
  confirm: {
    heading: line`¿Eliminar su cuenta antigua para siempre?`,
    lead: ({ org, address }) =>
      line`Está a punto de eliminar la cuenta que tenía con la dirección ${address} antes de que ${org} la reclamara.`,
    submit: line`Sí, eliminarla para siempre`,
    back: line`No, volver a las opciones`,
  },
  decided: {
    heading: {
      change_email: line`Su cuenta antigua continúa`,
      transfer_content: line`Sus conversaciones se están trasladando`,
      delete_original: line`Su cuenta antigua se está eliminando`,
    },
    next: {
      change_email: ({ org, address, newEmail }) =>
        newEmail === undefined
          ? line`Ha elegido otra dirección para su cuenta antigua. A partir de ahora, inicie sesión en ella con esa dirección. La dirección ${address} es la de su cuenta en ${org}.`
          : line`Su cuenta antigua tiene ahora la dirección ${newEmail}. A partir de ahora, inicie sesión en ella con esa dirección. La dirección ${address} es la de su cuenta en ${org}.`,
      transfer_content: ({ org, address }) =>
        line`Todas sus conversaciones pasan a su cuenta en ${org}, con sus mensajes y archivos. Puede tardar un poco. Cuando termine, enviaremos un correo a ${address} y su cuenta antigua se eliminará.`,
      delete_original: ({ org, address }) =>
        line`Su cuenta antigua se elimina con todas sus conversaciones, mensajes y archivos. La dirección ${address} es la de su cuenta en ${org}.`,
    },
    close: line`No tiene que hacer nada más y puede cerrar esta página.`,
  },
  already: {
    heading: line`Ya está decidido`,
    by: {
      user: ({ at }) => line`Usted eligió el ${at}:`,
      schedule: ({ at }) =>
        line`El plazo para elegir terminó el ${at}. Por eso, como se había anunciado, se hizo esto:`,
    },
    stands: line`La elección ya no se puede cambiar.`,
  },
  gone: {
    heading: line`Este enlace no funciona`,
    text: line`Ha caducado o nunca ha existido. Compruebe que ha abierto la dirección completa de su correo.`,
  },
}
