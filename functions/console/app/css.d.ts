/** The type of a style sheet that is imported only for its effect. */
declare module '*.css'
