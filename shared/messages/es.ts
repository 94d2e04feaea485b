import type { MessageTexts } from './types.ts'

const quoted = (names: readonly string[]): string => names.map((name) => `«${name}»`).join(', ')

export const es: MessageTexts = {
  refused: {
    unknown_user: 'No hay ninguna cuenta con esta dirección.',
    own_user: 'Esta cuenta ya pertenece a su organización.',
    domain_not_verified:
      'Su organización no ha verificado el dominio de esta dirección. Verifíquelo y vuelva a importar la fila.',
    unknown_id:
      'Esto no es una dirección de correo ni el ID de una cuenta que su organización pueda reclamar. Indique la dirección de correo.',
    domain_claimed_by_other: 'Otra organización ha reclamado para sí el dominio de esta dirección.',
    source_uses_sso:
      'La organización de esta cuenta usa el inicio de sesión único (SSO). Sus cuentas no se pueden reclamar.',
    source_uses_directory_sync:
      'La organización de esta cuenta sincroniza su directorio. Sus cuentas no se pueden reclamar.',
    claim_open: 'Esta cuenta ya se está reclamando.',
    directory_sync_enabled:
      'Desactive la sincronización del directorio de su organización mientras reclama cuentas.',
    delayed_not_available:
      'El contenido de esta cuenta no se puede trasladar, así que no es posible una reclamación aplazada. Elija «direct» para reclamarla sin su contenido.',
    stale_export:
      'Esta fila se exportó antes de que cambiara el ajuste que permite llevarse las conversaciones. Vuelva a exportar la lista.',
    unmailable_address:
      'No se puede enviar correo a esta dirección: antes de la @ tiene letras que no van de la a a la z, como é o ü.',
    invalid_address: 'Esto no es una dirección de correo que el servicio pueda usar.',
    invalid_text:
      'El texto contiene medio carácter (como un emoji cortado por la mitad) o un carácter de control, y no se puede guardar.',
    busy: 'Otros estaban modificando esta cuenta en ese momento. No se ha hecho nada. Vuelva a importar la fila.',
    unknown_organization: 'La organización no existe.',
    cancelled: 'La importación se canceló antes de procesar esta fila. No se ha hecho nada.',
    file_replaced: 'El archivo se sustituyó o se eliminó durante la importación. Vuelva a subir la fila.',
  },
  row: {
    noAddress: 'La fila no tiene ID de usuario ni dirección de correo.',
    nothingAsAddress: (text) =>
      `Donde debería estar el ID de usuario o la dirección de correo pone «${text}».`,
    secondHeader: 'Esta es otra fila de encabezado y no corresponde a nadie. Quítela.',
    neitherAddressNorId: 'Esto no es una dirección de correo ni un ID de usuario.',
    severalAddresses: 'La celda contiene más de una dirección de correo. Ponga cada una en su propia fila.',
    moreThanAddress: 'La celda contiene algo más que la dirección de correo. Deje en ella solo la dirección.',
    notClaimable: 'Esto no es una dirección de correo que se pueda reclamar.',
    claimType: 'El tipo de reclamación debe ser «direct», «delayed» (aplazada) o quedar vacío.',
    tooManyLicenses: (most) => `La fila tiene más de ${most} licencias.`,
    license: (longest) =>
      `Una licencia tiene más de ${longest} caracteres o contiene un carácter de control.`,
    nameTooLong: (column, longest) => `${column}: más de ${longest} caracteres.`,
    nameControl: (column) => `${column}: contiene un carácter de control.`,
    tooManyCells: 'La fila tiene más celdas que el encabezado. ¿Hay un separador en una celda sin comillas?',
    strayQuote:
      'Hay texto después de unas comillas de cierre ("). Dentro de una celda entre comillas, escriba las comillas dobles ("").',
    columns: { firstName: 'Nombre', lastName: 'Apellidos', displayName: 'Nombre para mostrar' },
  },
  file: {
    at: ({ line, column }, problem) => `Línea ${line}, columna ${column}: ${problem}`,
    noRows: 'el archivo no tiene filas debajo del encabezado.',
    notText: 'el archivo no es texto, así que no es un archivo CSV.',
    formats: {
      zipped:
        'el archivo es una hoja de cálculo u otro archivo ZIP. Guárdelo como «CSV UTF-8» y vuelva a subirlo.',
      excel97: 'el archivo es un libro de Excel 97. Guárdelo como «CSV UTF-8» y vuelva a subirlo.',
      pdf: 'el archivo es un PDF. Guarde la lista como «CSV UTF-8» y vuelva a subirla.',
      compressed: 'el archivo está comprimido. Guarde la lista como «CSV UTF-8» y vuelva a subirla.',
    },
    encoding: 'el texto no está en UTF-8. Guarde el archivo como «CSV UTF-8» y vuelva a subirlo.',
    delimiter: 'el separador debe ser una coma, un punto y coma o una tabulación.',
    strayQuote: 'hay texto después de unas comillas de cierre (").',
    unclosedQuote: 'aquí se abren unas comillas (") que nunca se cierran.',
    rowTooLong: (longestKiB) =>
      `la fila tiene más de ${longestKiB} KiB. ¿Faltan unas comillas (") de cierre?`,
    tooManyColumns: (most) => `la fila tiene más de ${most} columnas.`,
    twice: (column, name) => `la columna ${column} ya es «${name}». Quite una de las dos.`,
    noNames: 'ninguna columna del encabezado tiene nombre.',
    addressColumn: 'Correo electrónico',
    noAddressColumn: (shown, more) =>
      `de ninguna de las columnas encontradas (${quoted(shown)}${more > 0 ? ` y ${more} más` : ''}) se sabe que contenga las direcciones.`,
    nameIt: (name, others) =>
      `Llame «${name}» a la columna de las direcciones${others.length === 0 ? '' : ` (${quoted(others)} también sirven)`} y vuelva a subir el archivo.`,
  },
  import: {
    unknownOrganization: (orgId) => `La organización «${orgId}» no existe.`,
    missed: 'No se subió nada antes de que caducara el formulario. Pida otro y suba el archivo con él.',
    misplaced:
      'El archivo no está en ninguna organización que exista. No se avisa a nadie y no se ha importado nada.',
    replaced: 'El archivo se sustituyó o se eliminó antes de leerlo. No se ha importado nada.',
    stalled:
      'El archivo no se pudo leer hasta el final, tras varios intentos. No se ha importado nada. Vuelva a subirlo.',
  },
  sync: {
    replaced: 'El archivo se sustituyó o se eliminó antes de leerlo. No se ha modificado a nadie.',
    stalled:
      'El directorio no se pudo comparar, tras varios intentos. No se ha modificado a nadie. Inicie otra sincronización.',
    noOrganization: 'La organización ya no existe.',
    unreadableRows: (rows, lines, more) =>
      `En ${rows} filas no se pudo leer ninguna dirección de correo (líneas ${lines.join(', ')}${more > 0 ? ` y ${more} más` : ''}). Las cuentas de esas personas se desactivarían. Por eso no se ha modificado a nadie.`,
  },
}
