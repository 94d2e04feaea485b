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
    newEmailHint: ({ org }) =>
      line`Una dirección personal, que no sea de ${org}. Enviaremos allí un enlace para confirmarla.`,
    submit: line`Confirmar mi elección`,
    noPassword: line`Esta página no le pide la contraseña. No la escriba nunca en una página abierta desde un correo.`,
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
        line`Esta dirección de correo no es válida. Por ejemplo: nombre@dominio.example.`,
      unmailable_address: () =>
        line`No se puede enviar correo a esta dirección: antes de la @ tiene letras que no van de la a a la z, como é o ü. Elija otra.`,
      email_taken: () => line`Ya existe una cuenta con esta dirección. Elija otra.`,
      email_on_claimed_domain: ({ org }) => line`Esta dirección está en un dominio de ${org}. Elija otra.`,
      mail_bounced: () =>
        line`Nuestros correos no llegan a esta dirección: los anteriores fueron devueltos o no eran deseados. Elija otra dirección.`,
      too_many_confirmations: () =>
        line`Ya hemos enviado cinco correos de confirmación en 24 horas. Inténtelo de nuevo mañana o elija otra opción.`,
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
  pending: {
    heading: line`Hay una nueva dirección por confirmar`,
    text: ({ expiresAt }) =>
      line`Hemos enviado un correo con un enlace a la nueva dirección. El enlace funciona hasta el ${expiresAt}. Mientras no se abra y se confirme, no se ha decidido nada y puede volver a elegir.`,
  },
  sent: {
    heading: line`Confirme la dirección con nuestro correo`,
    text: ({ newEmail, expiresAt }) =>
      line`Hemos enviado un correo a ${newEmail}. Abra el enlace que contiene y confirme la dirección antes del ${expiresAt}. Hasta entonces no se ha decidido nada.`,
    notArrived: line`¿No ha llegado nada? Mire en el correo no deseado y compruebe la dirección de arriba. Puede volver a elegir: otra dirección u otra opción.`,
    again: line`Volver a elegir`,
  },
  confirmEmail: {
    heading: line`¿Es esta su dirección?`,
    lead: ({ org, masked, newEmail }) =>
      line`${org} ha reclamado la cuenta ${masked}. Se ha indicado la dirección ${newEmail} para la cuenta antigua, para poder conservarla.`,
    effect: line`Si confirma, la cuenta antigua recibe esta dirección y conserva todas sus conversaciones, mensajes y archivos. Después ya no se puede cambiar.`,
    until: ({ expiresAt }) => line`Puede confirmar hasta el ${expiresAt}.`,
    submit: line`Sí, es mi dirección`,
    notYou: line`¿No lo ha pedido usted? Entonces cierre esta página y nada cambiará.`,
    another: line`Para elegir otra dirección, use el enlace del correo enviado a su dirección antigua.`,
    gone: {
      heading: line`Este enlace no funciona`,
      text: line`Ha caducado, se ha sustituido por otro más reciente o nunca ha existido. Eso no ha cambiado nada. Para volver a elegir, use el enlace del correo enviado a su dirección antigua.`,
    },
  },
  decided: {
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
    text: line`El enlace ha caducado o nunca ha existido. Compruebe que ha abierto el enlace completo.`,
  },
}
