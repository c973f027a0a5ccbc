-- The server's configuration, found by `vim.lsp.enable('venv_lsp')`.
-- Change it by `vim.g.venv_lsp` (see `:help venv-lsp-settings`) or by `vim.lsp.config('venv_lsp', …)`.
local config = require('venv-lsp.config')

local LEVELS = {
  [vim.lsp.protocol.MessageType.Error] = vim.log.levels.ERROR,
  [vim.lsp.protocol.MessageType.Warning] = vim.log.levels.WARN,
  [vim.lsp.protocol.MessageType.Info] = vim.log.levels.INFO,
  [vim.lsp.protocol.MessageType.Log] = vim.log.levels.DEBUG,
}

---@type vim.lsp.Config
return {
  cmd = config.start,
  filetypes = require('venv-lsp.files').FILETYPES,
  root_dir = function(bufnr, on_dir)
    local root = require('venv-lsp.root').of_buffer(bufnr)
    if root and config.is_there() then
      on_dir(root)
    end
  end,
  settings = {},
  -- Read at every start, so that `:VenvLsp restart` is enough after a change of `vim.g.venv_lsp`.
  before_init = function(params, client_config)
    local current = config.current()
    for _, problem in ipairs(current.problems) do
      vim.notify('venv-lsp: ' .. problem, vim.log.levels.WARN)
    end
    if next(current.settings) then
      local own = client_config.settings['venv-lsp'] or {}
      client_config.settings['venv-lsp'] = vim.tbl_deep_extend('force', current.settings, own)
    end
    params.initializationOptions =
      vim.tbl_deep_extend('force', client_config.settings['venv-lsp'] or vim.empty_dict(), params.initializationOptions or {})
  end,
  handlers = {
    -- Neovim 0.11 ends such messages with a line break, and so asks for <Enter> after each of them.
    ['window/showMessage'] = function(_, params)
      vim.notify('venv-lsp: ' .. params.message, LEVELS[params.type])
    end,
    ['venv-lsp/environmentChanged'] = function(_, params, context)
      require('venv-lsp.environment').changed(params, context.client_id)
    end,
  },
}
